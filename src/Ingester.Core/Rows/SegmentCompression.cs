namespace Ingester.Core.Rows;

/// <summary>How open segments are compressed.</summary>
/// <param name="Codec">The codec.</param>
/// <param name="Enqueue">Called when a piece is full; another thread compresses it soon.</param>
internal sealed record SegmentCompression(IRowCodec Codec, Action<CompressedRows> Enqueue)
{
    /// <summary>
    /// Length at which a piece ends (with the row that reaches it). Smaller pieces compress worse, larger ones gain nothing. It is the same on all
    /// replicas, so that their bytes are equal.
    /// </summary>
    public const int PieceBytes = 128 << 10;
}
