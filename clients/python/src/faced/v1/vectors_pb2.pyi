from faced.v1 import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EmbedRequest(_message.Message):
    __slots__ = ["minimum_face", "photo", "selection"]
    MINIMUM_FACE_FIELD_NUMBER: _ClassVar[int]
    PHOTO_FIELD_NUMBER: _ClassVar[int]
    SELECTION_FIELD_NUMBER: _ClassVar[int]
    minimum_face: _common_pb2.MinimumFace
    photo: bytes
    selection: _common_pb2.FaceSelection
    def __init__(self, photo: _Optional[bytes] = ..., selection: _Optional[_Union[_common_pb2.FaceSelection, str]] = ..., minimum_face: _Optional[_Union[_common_pb2.MinimumFace, _Mapping]] = ...) -> None: ...

class EmbedResponse(_message.Message):
    __slots__ = ["faces", "model", "warnings"]
    FACES_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    faces: _containers.RepeatedCompositeFieldContainer[EmbeddedFace]
    model: str
    warnings: _containers.RepeatedCompositeFieldContainer[_common_pb2.PhotoWarning]
    def __init__(self, faces: _Optional[_Iterable[_Union[EmbeddedFace, _Mapping]]] = ..., model: _Optional[str] = ..., warnings: _Optional[_Iterable[_Union[_common_pb2.PhotoWarning, _Mapping]]] = ...) -> None: ...

class EmbeddedFace(_message.Message):
    __slots__ = ["box", "detection_score", "landmarks", "quality", "vector"]
    BOX_FIELD_NUMBER: _ClassVar[int]
    DETECTION_SCORE_FIELD_NUMBER: _ClassVar[int]
    LANDMARKS_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    VECTOR_FIELD_NUMBER: _ClassVar[int]
    box: _common_pb2.Box
    detection_score: float
    landmarks: _common_pb2.Landmarks
    quality: _common_pb2.FaceQuality
    vector: Vector
    def __init__(self, box: _Optional[_Union[_common_pb2.Box, _Mapping]] = ..., detection_score: _Optional[float] = ..., landmarks: _Optional[_Union[_common_pb2.Landmarks, _Mapping]] = ..., quality: _Optional[_Union[_common_pb2.FaceQuality, _Mapping]] = ..., vector: _Optional[_Union[Vector, _Mapping]] = ...) -> None: ...

class Vector(_message.Message):
    __slots__ = ["values"]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, values: _Optional[_Iterable[float]] = ...) -> None: ...
