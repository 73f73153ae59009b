import LevelDB
