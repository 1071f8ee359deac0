using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Sequencing;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Uploads;

/// <summary>The upload of a part of a journal.</summary>
/// <param name="name">Identifies the part.</param>
/// <param name="rows">The rows.</param>
/// <param name="count">Number of rows.</param>
/// <param name="leftMemory">Called once, from any thread, when the rows have left memory because they are stored or spooled.</param>
internal sealed class JournalUpload(JournalPartId name, RowBuffer rows, int count, Action leftMemory) : Upload
{
    /// <inheritdoc/>
    public override ObjectKind Kind => ObjectKind.Journal;

    /// <inheritdoc/>
    public override Dataset Dataset => name.Dataset;

    /// <inheritdoc/>
    public override string Exchange => name.Exchange;

    /// <inheritdoc/>
    public override RowBuffer Rows => rows;

    /// <inheritdoc/>
    public override int RowCount => count;

    /// <inheritdoc/>
    public override StreamIdentity Identity => StreamIdentity.Identical; // no other process writes this key

    /// <inheritdoc/>
    public override void OnLeftMemory() => leftMemory();

    /// <inheritdoc/>
    protected override string Key(ReplicaIdentity identity) => ObjectKey.Journal(identity, name);
}
