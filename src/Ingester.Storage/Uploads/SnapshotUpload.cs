using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Uploads;

/// <summary>The upload of a snapshot.</summary>
/// <param name="book">The snapshot. The upload owns its row.</param>
/// <param name="arrivals">Receives when the snapshot was received, once it is stored or spooled. Default: nothing does.</param>
internal sealed class SnapshotUpload(SealedSnapshot book, ArrivalJournal? arrivals = null) : Upload
{
    private bool isReported;

    /// <inheritdoc/>
    public override ObjectKind Kind => ObjectKind.Book;

    /// <inheritdoc/>
    public override Dataset Dataset => Dataset.Snapshots;

    /// <inheritdoc/>
    public override string Exchange => book.Stream.Exchange;

    /// <inheritdoc/>
    public override RowBuffer Rows => book.Rows;

    /// <inheritdoc/>
    public override int RowCount => 1;

    /// <inheritdoc/>
    public override StreamIdentity Identity => StreamIdentity.PerConnection;

    /// <inheritdoc/>
    public override void OnLeftMemory()
    {
        if (isReported || arrivals is null || book.ReceivedMicros is not { } received)
            return;
        isReported = true;
#pragma warning disable CA2000 // the journal owns it from here
        var times = new ReceiveTimes();
#pragma warning restore CA2000
        times.Add(id: null, received, delay: long.MaxValue); // its exchange time may be that of a later diff
        arrivals.Add(new(book.Stream, Window.Containing(book.Micros, 1), Sha256, times));
    }

    /// <inheritdoc/>
    protected override string Key(ReplicaIdentity identity) => ObjectKey.Snapshot(identity.Prefix, book, identity.Replica);
}
