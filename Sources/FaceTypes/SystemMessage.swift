internal import Glibc

/// What the system says of an error: of `errno` right after the call that failed.
package func systemMessage(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
