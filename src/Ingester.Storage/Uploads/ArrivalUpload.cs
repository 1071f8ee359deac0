using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Uploads;

/// <summary>The upload of a part of the <c>arrivals</c> dataset. Its text is written when it is needed, by the thread that stores it.</summary>
/// <param name="name">Identifies the part.</param>
/// <param name="start">The lines about the whole object.</param>
/// <param name="startCount">Number of these lines.</param>
/// <param name="batches">The batches in any order. The upload owns them.</param>
/// <param name="codec">Compresses the lines.</param>
/// <param name="leftMemory">Called once, from any thread, when it has left memory because it is stored or spooled.</param>
internal sealed class ArrivalUpload(JournalPartId name, byte[] start, int startCount, List<ArrivalBatch> batches, IRowCodec codec, Action leftMemory) : Upload
{
    private ArrivalObject? content;

    /// <inheritdoc/>
    public override ObjectKind Kind => ObjectKind.Journal;

    /// <inheritdoc/>
    public override Dataset Dataset => Dataset.Arrivals;

    /// <inheritdoc/>
    public override string Exchange => name.Exchange;

    /// <inheritdoc/>
    public override RowBuffer Rows => Content.Rows;

    /// <inheritdoc/>
    public override int RowCount => Content.RowCount;

    /// <inheritdoc/>
    public override StreamIdentity Identity => StreamIdentity.Identical; // no other process writes this key

    private ArrivalObject Content => content ??= CreateContent();

    /// <inheritdoc/>
    public override void OnLeftMemory() => leftMemory();

    /// <inheritdoc/>
    public override void DisposeRows()
    {
        content?.Dispose();
        DisposeBatches();
    }

    /// <inheritdoc/>
    protected override string Key(ReplicaIdentity identity) => ObjectKey.Journal(identity, name);

    /// <inheritdoc/>
    protected override RowBuffer CreateBody(StorageContext context) => Content.Compress(codec);

    private ArrivalObject CreateContent()
    {
        batches.Sort();
        var created = new ArrivalObject(start, startCount, batches);
        DisposeBatches();
        return created;
    }

    private void DisposeBatches()
    {
        foreach (var batch in batches)
            batch.Times.Dispose();
        batches.Clear();
    }
}
