from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class AuditLogLine(_message.Message):
    __slots__ = ["line"]
    LINE_FIELD_NUMBER: _ClassVar[int]
    line: str
    def __init__(self, line: _Optional[str] = ...) -> None: ...

class AuditLogVerification(_message.Message):
    __slots__ = ["last_hash", "lines", "problem"]
    LAST_HASH_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    last_hash: str
    lines: int
    problem: str
    def __init__(self, lines: _Optional[int] = ..., last_hash: _Optional[str] = ..., problem: _Optional[str] = ...) -> None: ...

class TailAuditLogRequest(_message.Message):
    __slots__ = ["lines"]
    LINES_FIELD_NUMBER: _ClassVar[int]
    lines: int
    def __init__(self, lines: _Optional[int] = ...) -> None: ...

class VerifyAuditLogRequest(_message.Message):
    __slots__ = ["contains_hash"]
    CONTAINS_HASH_FIELD_NUMBER: _ClassVar[int]
    contains_hash: str
    def __init__(self, contains_hash: _Optional[str] = ...) -> None: ...
