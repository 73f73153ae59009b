internal import Glibc

/// cos(π·progress): from 1 at 0 to −1 at 1.
func halfCosine(_ progress: Float) -> Float { cosf(.pi * progress) }

/// The logarithm to base 10; of 0 and less it is not finite.
func logarithm10(_ value: Double) -> Double { log10(value) }

func powerOf10(_ exponent: Double) -> Double { pow(10, exponent) }
