using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Core.Sequencing;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Uploads;

/// <summary>The upload of a snapshot.</summary>
/// <param name="book">The snapshot. The upload owns its row.</param>
internal sealed class SnapshotUpload(SealedSnapshot book) : Upload
{
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
    protected override string Key(ReplicaIdentity identity) => ObjectKey.Snapshot(identity.Prefix, book, identity.Replica);
}
