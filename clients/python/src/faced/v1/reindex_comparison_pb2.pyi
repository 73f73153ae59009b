from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ChangedFace(_message.Message):
    __slots__ = ["after", "before", "display_name", "face", "identity"]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    FACE_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    after: NearestIdentity
    before: NearestIdentity
    display_name: str
    face: str
    identity: str
    def __init__(self, face: _Optional[str] = ..., identity: _Optional[str] = ..., display_name: _Optional[str] = ..., before: _Optional[_Union[NearestIdentity, _Mapping]] = ..., after: _Optional[_Union[NearestIdentity, _Mapping]] = ...) -> None: ...

class DistanceQuantiles(_message.Message):
    __slots__ = ["high", "low", "median"]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    MEDIAN_FIELD_NUMBER: _ClassVar[int]
    high: float
    low: float
    median: float
    def __init__(self, low: _Optional[float] = ..., median: _Optional[float] = ..., high: _Optional[float] = ...) -> None: ...

class LeftOutFace(_message.Message):
    __slots__ = ["display_name", "face", "identity", "reason"]
    class Reason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    FACE_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    REASON_CROP_DAMAGED: LeftOutFace.Reason
    REASON_FIELD_NUMBER: _ClassVar[int]
    REASON_NO_CROP: LeftOutFace.Reason
    REASON_UNSPECIFIED: LeftOutFace.Reason
    display_name: str
    face: str
    identity: str
    reason: LeftOutFace.Reason
    def __init__(self, face: _Optional[str] = ..., identity: _Optional[str] = ..., display_name: _Optional[str] = ..., reason: _Optional[_Union[LeftOutFace.Reason, str]] = ...) -> None: ...

class ModelDistances(_message.Message):
    __slots__ = ["model", "nearest_other", "others_within_threshold", "own", "own_within_threshold"]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    NEAREST_OTHER_FIELD_NUMBER: _ClassVar[int]
    OTHERS_WITHIN_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    OWN_FIELD_NUMBER: _ClassVar[int]
    OWN_WITHIN_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    model: str
    nearest_other: DistanceQuantiles
    others_within_threshold: int
    own: DistanceQuantiles
    own_within_threshold: int
    def __init__(self, model: _Optional[str] = ..., own: _Optional[_Union[DistanceQuantiles, _Mapping]] = ..., nearest_other: _Optional[_Union[DistanceQuantiles, _Mapping]] = ..., own_within_threshold: _Optional[int] = ..., others_within_threshold: _Optional[int] = ...) -> None: ...

class NearestIdentity(_message.Message):
    __slots__ = ["display_name", "distance", "identity"]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    display_name: str
    distance: float
    identity: str
    def __init__(self, identity: _Optional[str] = ..., display_name: _Optional[str] = ..., distance: _Optional[float] = ...) -> None: ...

class ReindexComparison(_message.Message):
    __slots__ = ["after", "agreeing_faces", "before", "changed", "compared_faces", "left_out", "left_out_faces"]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    AGREEING_FACES_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    COMPARED_FACES_FIELD_NUMBER: _ClassVar[int]
    LEFT_OUT_FACES_FIELD_NUMBER: _ClassVar[int]
    LEFT_OUT_FIELD_NUMBER: _ClassVar[int]
    after: ModelDistances
    agreeing_faces: int
    before: ModelDistances
    changed: _containers.RepeatedCompositeFieldContainer[ChangedFace]
    compared_faces: int
    left_out: _containers.RepeatedCompositeFieldContainer[LeftOutFace]
    left_out_faces: int
    def __init__(self, compared_faces: _Optional[int] = ..., agreeing_faces: _Optional[int] = ..., before: _Optional[_Union[ModelDistances, _Mapping]] = ..., after: _Optional[_Union[ModelDistances, _Mapping]] = ..., changed: _Optional[_Iterable[_Union[ChangedFace, _Mapping]]] = ..., left_out: _Optional[_Iterable[_Union[LeftOutFace, _Mapping]]] = ..., left_out_faces: _Optional[int] = ...) -> None: ...
