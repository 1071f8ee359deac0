using Ingester.Core.Keys;
using Ingester.Core.Rows;
using Ingester.Storage.Compression;

namespace Ingester.Storage.Writing;

/// <summary>Dependencies that all parts of the upload path share.</summary>
/// <param name="Identity">The identity of this replica.</param>
/// <param name="Options">The storage options.</param>
/// <param name="Clock">The clock for waits.</param>
/// <param name="Events">Logs and metrics.</param>
internal sealed record StorageContext(ReplicaIdentity Identity, StorageOptions Options, TimeProvider Clock, StorageEvents Events)
{
    /// <summary>The codec that compresses rows.</summary>
    public IRowCodec Codec { get; } = RowCodec.Create(Options.Compression);
}
