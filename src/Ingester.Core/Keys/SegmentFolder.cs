using Ingester.Core.Markets;

namespace Ingester.Core.Keys;

/// <summary>The parts of a segment's key except the file name.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Day">The UTC date of the windows.</param>
/// <param name="IsWhole">True for whole segments; false for fragments.</param>
internal readonly record struct SegmentFolder(StreamId Stream, DateTime Day, bool IsWhole)
{
    /// <summary>The prefix of all keys in the folder.</summary>
    public string KeyPrefix(string prefix) => KeyFolder.Segments(prefix, Stream, IsWhole, Day);
}
