using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Uploads;

/// <summary>
/// The upload of one object whose rows are in memory. Ten thousand uploads exist after the end of a minute, and the garbage collector moves each
/// of their objects: fields that are seldom needed are therefore created on demand.
/// </summary>
internal abstract class Upload
{
    private string? sha256;
    private FailureHistory? failures;

    /// <summary>Segment, snapshot or journal.</summary>
    public abstract ObjectKind Kind { get; }

    /// <summary>The dataset, the first part of the key.</summary>
    public abstract Dataset Dataset { get; }

    /// <summary>The exchange.</summary>
    public abstract string Exchange { get; }

    /// <summary>The rows. They are disposed when the upload ends.</summary>
    public abstract RowBuffer Rows { get; }

    /// <summary>Earlier rows that are already compressed; null if there are none.</summary>
    public virtual CompressedRows? CompressedRows => null;

    /// <summary>Number of rows.</summary>
    public abstract int RowCount { get; }

    /// <summary>Decides whether different rows under the same key are a variant or a divergence.</summary>
    public abstract StreamIdentity Identity { get; }

    /// <summary>The grade of a whole segment; null for every other object, and if it is not known.</summary>
    public virtual ProofGrade? Grade => null;

    /// <summary>The published file that the rows were taken from; null for all other rows.</summary>
    public virtual RowSource? Source => null;

    /// <summary>Number of replicas that write this stream before this one.</summary>
    public virtual int Rank => 0;

    /// <summary>The coverage line of the segment; it is marked once the object is stored.</summary>
    public virtual CoverageLine? Coverage => null;

    /// <summary>Number of bytes that count towards the limit of the backlog.</summary>
    public required long Size { get; init; }

    /// <summary>Its failures.</summary>
    public FailureHistory Failures => failures ??= new();

    /// <summary>The SHA-256 of its rows.</summary>
    public string Sha256 => sha256 ??= CompressedRows?.ComputeHash(Rows) ?? RowCompression.Hash(Rows);

    /// <summary>When it was accepted, as a timestamp of the clock; set by the backlog.</summary>
    public long AddedAt { get; set; }

    /// <summary>When it was accepted, microseconds UTC of the clock; set by the backlog.</summary>
    public long AddedMicros { get; set; }

    /// <summary>The previous upload in the backlog; set by the backlog.</summary>
    public Upload? Previous { get; set; }

    /// <summary>The next upload in the backlog; set by the backlog.</summary>
    public Upload? Next { get; set; }

    /// <summary>Called once, from any thread, when the rows have left memory because they are stored or spooled.</summary>
    public virtual void OnLeftMemory()
    {
    }

    /// <summary>The object to be stored.</summary>
    public ObjectDraft ToDraft(StorageContext context) => new()
    {
        Kind = Kind,
        Dataset = Dataset,
        Exchange = Exchange,
        Key = Key(context.Identity),
        Prefix = context.Identity.Prefix,
        Metadata = new(Sha256, RowCount, ObjectMetadata.FormatVersion, Grade) { Source = Source?.ToString() },
        Identity = Identity,
        IsProbablyStored = Rank > 0,
        CreateBody = () => CreateBody(context),
    };

    /// <summary>Disposes the rows.</summary>
    public virtual void DisposeRows()
    {
        Rows.Dispose();
        CompressedRows?.Dispose();
    }

    /// <summary>Its key.</summary>
    protected abstract string Key(ReplicaIdentity identity);

    /// <summary>The gzipped rows, which the caller disposes.</summary>
    protected virtual RowBuffer CreateBody(StorageContext context) => CompressedRows?.BuildBody(Rows) ?? context.Codec.Compress(Rows);
}
