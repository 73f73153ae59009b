from faced.v1 import corrections_pb2 as _corrections_pb2
from faced.v1 import gallery_service_pb2 as _gallery_service_pb2
from google.protobuf import empty_pb2 as _empty_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ApartPair(_message.Message):
    __slots__ = ["create_time", "first", "first_display_name", "second", "second_display_name"]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    FIRST_DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    FIRST_FIELD_NUMBER: _ClassVar[int]
    SECOND_DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    SECOND_FIELD_NUMBER: _ClassVar[int]
    create_time: _timestamp_pb2.Timestamp
    first: str
    first_display_name: str
    second: str
    second_display_name: str
    def __init__(self, first: _Optional[str] = ..., second: _Optional[str] = ..., first_display_name: _Optional[str] = ..., second_display_name: _Optional[str] = ..., create_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CheckGalleryRequest(_message.Message):
    __slots__ = ["false_positive_rate", "gallery", "kinds", "minimum_faces"]
    FALSE_POSITIVE_RATE_FIELD_NUMBER: _ClassVar[int]
    GALLERY_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_FACES_FIELD_NUMBER: _ClassVar[int]
    false_positive_rate: float
    gallery: str
    kinds: _containers.RepeatedScalarFieldContainer[GalleryFinding.Kind]
    minimum_faces: int
    def __init__(self, gallery: _Optional[str] = ..., kinds: _Optional[_Iterable[_Union[GalleryFinding.Kind, str]]] = ..., minimum_faces: _Optional[int] = ..., false_positive_rate: _Optional[float] = ...) -> None: ...

class ForgetApartRequest(_message.Message):
    __slots__ = ["first", "second"]
    FIRST_FIELD_NUMBER: _ClassVar[int]
    SECOND_FIELD_NUMBER: _ClassVar[int]
    first: _corrections_pb2.IdentityChoice
    second: _corrections_pb2.IdentityChoice
    def __init__(self, first: _Optional[_Union[_corrections_pb2.IdentityChoice, _Mapping]] = ..., second: _Optional[_Union[_corrections_pb2.IdentityChoice, _Mapping]] = ...) -> None: ...

class GalleryFinding(_message.Message):
    __slots__ = ["distance", "face", "identity", "kind", "other", "own_distance", "quality", "threshold"]
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    DISTANCE_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE: GalleryFinding.Kind
    FACE_FIELD_NUMBER: _ClassVar[int]
    FEW_FACES: GalleryFinding.Kind
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    KIND_UNSPECIFIED: GalleryFinding.Kind
    MISLABELLED: GalleryFinding.Kind
    OTHER_FIELD_NUMBER: _ClassVar[int]
    OUTLIER: GalleryFinding.Kind
    OWN_DISTANCE_FIELD_NUMBER: _ClassVar[int]
    POOR_FACES: GalleryFinding.Kind
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    distance: float
    face: str
    identity: _gallery_service_pb2.Identity
    kind: GalleryFinding.Kind
    other: _gallery_service_pb2.Identity
    own_distance: float
    quality: float
    threshold: float
    def __init__(self, kind: _Optional[_Union[GalleryFinding.Kind, str]] = ..., identity: _Optional[_Union[_gallery_service_pb2.Identity, _Mapping]] = ..., other: _Optional[_Union[_gallery_service_pb2.Identity, _Mapping]] = ..., face: _Optional[str] = ..., distance: _Optional[float] = ..., own_distance: _Optional[float] = ..., threshold: _Optional[float] = ..., quality: _Optional[float] = ...) -> None: ...

class KeepApartRequest(_message.Message):
    __slots__ = ["first", "second"]
    FIRST_FIELD_NUMBER: _ClassVar[int]
    SECOND_FIELD_NUMBER: _ClassVar[int]
    first: _corrections_pb2.IdentityChoice
    second: _corrections_pb2.IdentityChoice
    def __init__(self, first: _Optional[_Union[_corrections_pb2.IdentityChoice, _Mapping]] = ..., second: _Optional[_Union[_corrections_pb2.IdentityChoice, _Mapping]] = ...) -> None: ...

class ListApartRequest(_message.Message):
    __slots__ = ["page_size", "page_token", "parent"]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PARENT_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    parent: str
    def __init__(self, parent: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListApartResponse(_message.Message):
    __slots__ = ["next_page_token", "pairs"]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PAIRS_FIELD_NUMBER: _ClassVar[int]
    next_page_token: str
    pairs: _containers.RepeatedCompositeFieldContainer[ApartPair]
    def __init__(self, pairs: _Optional[_Iterable[_Union[ApartPair, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
