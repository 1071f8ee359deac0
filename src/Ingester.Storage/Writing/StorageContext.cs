using Ingester.Core.Keys;
using Ingester.Core.Rows;
using Ingester.Storage.Compression;

namespace Ingester.Storage.Writing;

/// <summary>What all parts of the way to the store share.</summary>
/// <param name="Identity">Who writes.</param>
/// <param name="Options">How segments get to the store.</param>
/// <param name="Clock">When to wait and how long.</param>
/// <param name="Events">Logs and counters.</param>
internal sealed record StorageContext(StorageIdentity Identity, StorageOptions Options, TimeProvider Clock, StorageEvents Events)
{
    /// <summary>What compresses rows.</summary>
    public IRowCodec Codec { get; } = RowCodec.For(Options.Compression);
}
