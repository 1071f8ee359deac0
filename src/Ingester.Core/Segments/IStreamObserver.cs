using Ingester.Core.Exchanges;
using Ingester.Core.Rows;

namespace Ingester.Core.Segments;

/// <summary>
/// Observes the recorded events of a stream, in their order and each event once. It is called by the receiving thread under the lane's lock and must
/// not block.
/// </summary>
internal interface IStreamObserver
{
    /// <summary>A trade was recorded; a late trade may be older than the previous one.</summary>
    void OnTrade(in TradeEvent trade);

    /// <summary>
    /// True while every diff is verified against the exchange's checksum of the book. Then the data of a connection is only proven after a later diff
    /// matches.
    /// </summary>
    bool IsVerifyingChecksums { get; }

    /// <summary>
    /// A diff was recorded. Returns the fault of the book after it, or null when the book is valid: after a fault the stream is suspect.
    /// </summary>
    GapCause? OnDiff(in DepthEvent change);

    /// <summary>A gap was recorded; later events come after it.</summary>
    void OnGap(GapRow gap);

    /// <summary>A snapshot from the WebSocket was stored with this exchange time, microseconds UTC.</summary>
    void OnSnapshotStored(long micros);
}
