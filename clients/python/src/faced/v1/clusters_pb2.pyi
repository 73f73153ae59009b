from faced.v1 import vectors_pb2 as _vectors_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ClusterRequest(_message.Message):
    __slots__ = ["gallery", "model", "threshold", "vectors"]
    GALLERY_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    VECTORS_FIELD_NUMBER: _ClassVar[int]
    gallery: str
    model: str
    threshold: float
    vectors: _containers.RepeatedCompositeFieldContainer[_vectors_pb2.Vector]
    def __init__(self, model: _Optional[str] = ..., vectors: _Optional[_Iterable[_Union[_vectors_pb2.Vector, _Mapping]]] = ..., gallery: _Optional[str] = ..., threshold: _Optional[float] = ...) -> None: ...

class ClusterResponse(_message.Message):
    __slots__ = ["groups"]
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    groups: _containers.RepeatedCompositeFieldContainer[FaceGroup]
    def __init__(self, groups: _Optional[_Iterable[_Union[FaceGroup, _Mapping]]] = ...) -> None: ...

class FaceGroup(_message.Message):
    __slots__ = ["faces", "group", "members"]
    FACES_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    MEMBERS_FIELD_NUMBER: _ClassVar[int]
    faces: _containers.RepeatedScalarFieldContainer[str]
    group: int
    members: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, group: _Optional[int] = ..., members: _Optional[_Iterable[int]] = ..., faces: _Optional[_Iterable[str]] = ...) -> None: ...
