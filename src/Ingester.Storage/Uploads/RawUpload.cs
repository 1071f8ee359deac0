using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Raw;
using Ingester.Core.Sequencing;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Uploads;

/// <summary>The upload of a part of raw capture.</summary>
/// <param name="part">The lines.</param>
/// <param name="leftMemory">Called once, from any thread, when the lines have left memory because they are stored or spooled.</param>
internal sealed class RawUpload(RawObject part, Action leftMemory) : Upload
{
    /// <inheritdoc/>
    public override ObjectKind Kind => ObjectKind.Raw;

    /// <inheritdoc/>
    public override Dataset Dataset => Dataset.Raw;

    /// <inheritdoc/>
    public override string Exchange => part.Id.Exchange;

    /// <inheritdoc/>
    public override RowBuffer Rows => part.Lines;

    /// <inheritdoc/>
    public override int RowCount => part.Count;

    /// <inheritdoc/>
    public override StreamIdentity Identity => StreamIdentity.Identical; // no other process writes this key

    /// <inheritdoc/>
    public override void OnLeftMemory() => leftMemory();

    /// <inheritdoc/>
    protected override string Key(ReplicaIdentity identity) => RawKey.Build(identity, part.Id);
}
