from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor
ENROLMENT_POLICY_ALLOW: EnrolmentPolicy
ENROLMENT_POLICY_REFUSE: EnrolmentPolicy
ENROLMENT_POLICY_UNSPECIFIED: EnrolmentPolicy
ENROLMENT_POLICY_WARN: EnrolmentPolicy

class EnrolmentFinding(_message.Message):
    __slots__ = ["display_name", "distance", "face", "identity", "message", "reason"]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_FIELD_NUMBER: _ClassVar[int]
    FACE_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    display_name: str
    distance: float
    face: str
    identity: str
    message: str
    reason: str
    def __init__(self, reason: _Optional[str] = ..., message: _Optional[str] = ..., identity: _Optional[str] = ..., display_name: _Optional[str] = ..., face: _Optional[str] = ..., distance: _Optional[float] = ...) -> None: ...

class EnrolmentPolicy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
