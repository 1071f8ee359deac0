using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Sequencing;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Uploads;

/// <summary>A part of a journal on its way to the store.</summary>
/// <param name="name">What names it.</param>
/// <param name="rows">Its rows.</param>
/// <param name="count">How many there are.</param>
/// <param name="leftMemory">Called once, by any thread, when its rows are no longer in memory because they are stored or spooled.</param>
internal sealed class JournalUpload(JournalName name, RowBuffer rows, int count, Action leftMemory) : Upload
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
    public override int Count => count;

    /// <inheritdoc/>
    public override StreamIdentity Identity => StreamIdentity.Identical; // only this process writes under that name

    /// <inheritdoc/>
    public override void LeftMemory() => leftMemory();

    /// <inheritdoc/>
    protected override string Key(StorageIdentity identity) => ObjectKey.Journal(identity, name);
}
