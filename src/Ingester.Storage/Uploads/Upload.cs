using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Uploads;

/// <summary>
/// One object whose rows are in memory, on its way to the store. Ten thousand are on their way after a minute's edge, and each of its objects is one that
/// the garbage collector moves meanwhile: what is needed seldom is made then.
/// </summary>
internal abstract class Upload
{
    private string? sha256;
    private Attempts? attempts;

    /// <summary>Segment, book or journal.</summary>
    public abstract ObjectKind Kind { get; }

    /// <summary>The dataset that its key begins with.</summary>
    public abstract Dataset Dataset { get; }

    /// <summary>The exchange.</summary>
    public abstract string Exchange { get; }

    /// <summary>The rows; whoever ends the upload disposes them.</summary>
    public abstract RowBuffer Rows { get; }

    /// <summary>Rows that come before them and are packed already; null for none.</summary>
    public virtual PackedRows? Packed => null;

    /// <summary>How many rows it holds.</summary>
    public abstract int Count { get; }

    /// <summary>Whether other bytes under its name are a variant or a divergence.</summary>
    public abstract StreamIdentity Identity { get; }

    /// <summary>How much a whole segment proves; null for every other object, and where it is not known.</summary>
    public virtual ProofGrade? Grade => null;

    /// <summary>How many replicas write this stream before this one.</summary>
    public virtual int Rank => 0;

    /// <summary>What coverage says of it: told once when the store has it.</summary>
    public virtual CoverageLine? Coverage => null;

    /// <summary>How many bytes it counts for while it waits.</summary>
    public required long Size { get; init; }

    /// <summary>How often it failed.</summary>
    public Attempts Attempts => attempts ??= new();

    /// <summary>The hash of its rows.</summary>
    public string Sha256 => sha256 ??= Packed?.Hash(Rows) ?? RowCompression.Hash(Rows);

    /// <summary>When it was added, a timestamp of the clock; set by the backlog.</summary>
    public long AddedAt { get; set; }

    /// <summary>When it was added, microseconds UTC of the clock; set by the backlog.</summary>
    public long AddedMicros { get; set; }

    /// <summary>The one that was added before it, of those that are not done; set by the backlog.</summary>
    public Upload? Before { get; set; }

    /// <summary>The one that was added after it; set by the backlog.</summary>
    public Upload? After { get; set; }

    /// <summary>Its rows are no longer in memory because they are stored or spooled; told once, by any thread.</summary>
    public virtual void LeftMemory()
    {
    }

    /// <summary>It as the store is to have it.</summary>
    public ObjectDraft Draft(StorageContext context) => new()
    {
        Kind = Kind,
        Dataset = Dataset,
        Exchange = Exchange,
        Key = Key(context.Identity),
        Prefix = context.Identity.Prefix,
        Metadata = new(Sha256, Count, ObjectMetadata.FormatVersion, Grade),
        Identity = Identity,
        AskFirst = Rank > 0,
        Body = () => Packed?.Body(Rows) ?? context.Codec.Pack(Rows),
    };

    /// <summary>Its rows are needed no more.</summary>
    public void Drop()
    {
        Rows.Dispose();
        Packed?.Dispose();
    }

    /// <summary>Its name in the store.</summary>
    protected abstract string Key(StorageIdentity identity);
}
