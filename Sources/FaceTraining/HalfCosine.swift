internal import Glibc

/// cos(π·progress): from 1 at 0 to −1 at 1.
func halfCosine(_ progress: Float) -> Float { cosf(.pi * progress) }
