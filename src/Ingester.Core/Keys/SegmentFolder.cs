using Ingester.Core.Markets;

namespace Ingester.Core.Keys;

/// <summary>What the folder of a segment says: everything but what its file's name does.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Day">The UTC date of the windows.</param>
/// <param name="Whole">True for segments that hold all of their window; false for fragments.</param>
internal readonly record struct SegmentFolder(StreamId Stream, DateTime Day, bool Whole)
{
    /// <summary>What the keys in it begin with.</summary>
    public string Key(string prefix) => KeyFolder.Segments(prefix, Stream, Whole, Day);
}
