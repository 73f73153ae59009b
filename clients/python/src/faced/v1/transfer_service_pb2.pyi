from faced.v1 import common_pb2 as _common_pb2
from faced.v1 import gallery_service_pb2 as _gallery_service_pb2
from faced.v1 import vectors_pb2 as _vectors_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ExportGalleryRequest(_message.Message):
    __slots__ = ["gallery"]
    GALLERY_FIELD_NUMBER: _ClassVar[int]
    gallery: str
    def __init__(self, gallery: _Optional[str] = ...) -> None: ...

class ExportGalleryResponse(_message.Message):
    __slots__ = ["face", "identity", "start"]
    FACE_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    face: PortableFace
    identity: _gallery_service_pb2.Identity
    start: ExportStart
    def __init__(self, start: _Optional[_Union[ExportStart, _Mapping]] = ..., identity: _Optional[_Union[_gallery_service_pb2.Identity, _Mapping]] = ..., face: _Optional[_Union[PortableFace, _Mapping]] = ...) -> None: ...

class ExportStart(_message.Message):
    __slots__ = ["change", "dimension", "face_count", "gallery", "identity_count", "model"]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    FACE_COUNT_FIELD_NUMBER: _ClassVar[int]
    GALLERY_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_COUNT_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    change: int
    dimension: int
    face_count: int
    gallery: _gallery_service_pb2.Gallery
    identity_count: int
    model: str
    def __init__(self, gallery: _Optional[_Union[_gallery_service_pb2.Gallery, _Mapping]] = ..., model: _Optional[str] = ..., dimension: _Optional[int] = ..., change: _Optional[int] = ..., identity_count: _Optional[int] = ..., face_count: _Optional[int] = ...) -> None: ...

class ImportFacesRequest(_message.Message):
    __slots__ = ["again", "faces", "gallery", "model"]
    AGAIN_FIELD_NUMBER: _ClassVar[int]
    FACES_FIELD_NUMBER: _ClassVar[int]
    GALLERY_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    again: bool
    faces: _containers.RepeatedCompositeFieldContainer[PortableFace]
    gallery: str
    model: str
    def __init__(self, gallery: _Optional[str] = ..., model: _Optional[str] = ..., faces: _Optional[_Iterable[_Union[PortableFace, _Mapping]]] = ..., again: bool = ...) -> None: ...

class ImportFacesResponse(_message.Message):
    __slots__ = ["added_count", "embedded_count", "identities_created", "known_count", "problems"]
    ADDED_COUNT_FIELD_NUMBER: _ClassVar[int]
    EMBEDDED_COUNT_FIELD_NUMBER: _ClassVar[int]
    IDENTITIES_CREATED_FIELD_NUMBER: _ClassVar[int]
    KNOWN_COUNT_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    added_count: int
    embedded_count: int
    identities_created: int
    known_count: int
    problems: _containers.RepeatedCompositeFieldContainer[ImportProblem]
    def __init__(self, added_count: _Optional[int] = ..., embedded_count: _Optional[int] = ..., known_count: _Optional[int] = ..., identities_created: _Optional[int] = ..., problems: _Optional[_Iterable[_Union[ImportProblem, _Mapping]]] = ...) -> None: ...

class ImportProblem(_message.Message):
    __slots__ = ["index", "problem"]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    index: int
    problem: _common_pb2.Problem
    def __init__(self, index: _Optional[int] = ..., problem: _Optional[_Union[_common_pb2.Problem, _Mapping]] = ...) -> None: ...

class PortableFace(_message.Message):
    __slots__ = ["box", "create_time", "crop", "detection_score", "display_name", "identity", "landmarks", "name", "photograph_sha256", "quality", "source", "vector"]
    BOX_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    CROP_FIELD_NUMBER: _ClassVar[int]
    DETECTION_SCORE_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    LANDMARKS_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PHOTOGRAPH_SHA256_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    VECTOR_FIELD_NUMBER: _ClassVar[int]
    box: _common_pb2.Box
    create_time: _timestamp_pb2.Timestamp
    crop: bytes
    detection_score: float
    display_name: str
    identity: str
    landmarks: _common_pb2.Landmarks
    name: str
    photograph_sha256: bytes
    quality: float
    source: str
    vector: _vectors_pb2.Vector
    def __init__(self, name: _Optional[str] = ..., identity: _Optional[str] = ..., display_name: _Optional[str] = ..., create_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., source: _Optional[str] = ..., box: _Optional[_Union[_common_pb2.Box, _Mapping]] = ..., detection_score: _Optional[float] = ..., quality: _Optional[float] = ..., photograph_sha256: _Optional[bytes] = ..., crop: _Optional[bytes] = ..., landmarks: _Optional[_Union[_common_pb2.Landmarks, _Mapping]] = ..., vector: _Optional[_Union[_vectors_pb2.Vector, _Mapping]] = ...) -> None: ...
