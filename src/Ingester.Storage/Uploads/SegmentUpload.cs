using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Uploads;

/// <summary>The upload of a segment.</summary>
/// <param name="segment">The segment. The upload owns its rows.</param>
/// <param name="rank">Number of replicas that write this stream before this one.</param>
/// <param name="arrivals">Receives when the events were received, once the segment is stored or spooled. Default: nothing does.</param>
internal sealed class SegmentUpload(SealedSegment segment, int rank, ArrivalJournal? arrivals = null) : Upload
{
    private ReceiveTimes? received = segment.Received;

    /// <inheritdoc/>
    public override ObjectKind Kind => ObjectKind.Segment;

    /// <inheritdoc/>
    public override Dataset Dataset => segment.Stream.Dataset;

    /// <inheritdoc/>
    public override string Exchange => segment.Stream.Exchange;

    /// <inheritdoc/>
    public override RowBuffer Rows => segment.Rows;

    /// <inheritdoc/>
    public override CompressedRows? CompressedRows => segment.CompressedRows;

    /// <inheritdoc/>
    public override int RowCount => segment.Count;

    /// <inheritdoc/>
    public override StreamIdentity Identity => segment.Identity;

    /// <inheritdoc/>
    public override ProofGrade? Grade => segment.IsWhole && segment.Grade != ProofGrade.None ? segment.Grade : null;

    /// <inheritdoc/>
    public override RowSource? Source => segment.Source;

    /// <inheritdoc/>
    public override int Rank => rank;

    /// <inheritdoc/>
    public override CoverageLine? Coverage => segment.Coverage;

    /// <inheritdoc/>
    public override void OnLeftMemory()
    {
        if (received is not { } times || arrivals is null)
            return;
        received = null;
        arrivals.Add(new(segment.Stream, segment.Window, times.HasIds ? null : Sha256, times));
    }

    /// <inheritdoc/>
    public override void DisposeRows()
    {
        base.DisposeRows();
        received?.Dispose();
    }

    /// <inheritdoc/>
    protected override string Key(ReplicaIdentity identity) => ObjectKey.Segment(identity.Prefix, SegmentKey.Of(segment, Sha256));
}
