using Ingester.Core.Keys;
using Ingester.Core.Rows;

namespace Ingester.Storage.Writing;

/// <summary>Dependencies that all parts of the upload path share.</summary>
/// <param name="Identity">The identity of this replica.</param>
/// <param name="Codec">The codec that compresses rows.</param>
/// <param name="Clock">The clock for waits.</param>
/// <param name="Events">Logs and metrics of requests to the store.</param>
internal sealed record StorageContext(ReplicaIdentity Identity, IRowCodec Codec, TimeProvider Clock, StoreEvents Events);
