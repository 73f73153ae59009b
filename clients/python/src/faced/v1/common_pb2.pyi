from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
FACE_SELECTION_ALL: FaceSelection
FACE_SELECTION_DOMINANT: FaceSelection
FACE_SELECTION_LARGEST: FaceSelection
FACE_SELECTION_SINGLE: FaceSelection
FACE_SELECTION_UNSPECIFIED: FaceSelection

class Box(_message.Message):
    __slots__ = ["height", "width", "x", "y"]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    height: float
    width: float
    x: float
    y: float
    def __init__(self, x: _Optional[float] = ..., y: _Optional[float] = ..., width: _Optional[float] = ..., height: _Optional[float] = ...) -> None: ...

class FaceQuality(_message.Message):
    __slots__ = ["brightness", "confidence", "overall", "pitch", "pose", "roll", "sharpness", "size", "yaw"]
    BRIGHTNESS_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    OVERALL_FIELD_NUMBER: _ClassVar[int]
    PITCH_FIELD_NUMBER: _ClassVar[int]
    POSE_FIELD_NUMBER: _ClassVar[int]
    ROLL_FIELD_NUMBER: _ClassVar[int]
    SHARPNESS_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    YAW_FIELD_NUMBER: _ClassVar[int]
    brightness: float
    confidence: float
    overall: float
    pitch: float
    pose: float
    roll: float
    sharpness: float
    size: float
    yaw: float
    def __init__(self, overall: _Optional[float] = ..., size: _Optional[float] = ..., sharpness: _Optional[float] = ..., brightness: _Optional[float] = ..., pose: _Optional[float] = ..., confidence: _Optional[float] = ..., yaw: _Optional[float] = ..., pitch: _Optional[float] = ..., roll: _Optional[float] = ...) -> None: ...

class Landmarks(_message.Message):
    __slots__ = ["left_eye", "left_mouth", "nose", "right_eye", "right_mouth"]
    LEFT_EYE_FIELD_NUMBER: _ClassVar[int]
    LEFT_MOUTH_FIELD_NUMBER: _ClassVar[int]
    NOSE_FIELD_NUMBER: _ClassVar[int]
    RIGHT_EYE_FIELD_NUMBER: _ClassVar[int]
    RIGHT_MOUTH_FIELD_NUMBER: _ClassVar[int]
    left_eye: Point
    left_mouth: Point
    nose: Point
    right_eye: Point
    right_mouth: Point
    def __init__(self, right_eye: _Optional[_Union[Point, _Mapping]] = ..., left_eye: _Optional[_Union[Point, _Mapping]] = ..., nose: _Optional[_Union[Point, _Mapping]] = ..., right_mouth: _Optional[_Union[Point, _Mapping]] = ..., left_mouth: _Optional[_Union[Point, _Mapping]] = ...) -> None: ...

class MinimumFace(_message.Message):
    __slots__ = ["pixels", "share"]
    PIXELS_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    pixels: int
    share: float
    def __init__(self, pixels: _Optional[int] = ..., share: _Optional[float] = ...) -> None: ...

class PhotoWarning(_message.Message):
    __slots__ = ["message", "reason"]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    message: str
    reason: str
    def __init__(self, reason: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class Point(_message.Message):
    __slots__ = ["x", "y"]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    x: float
    y: float
    def __init__(self, x: _Optional[float] = ..., y: _Optional[float] = ...) -> None: ...

class Problem(_message.Message):
    __slots__ = ["code", "message", "reason"]
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    code: int
    message: str
    reason: str
    def __init__(self, code: _Optional[int] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class FaceSelection(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
