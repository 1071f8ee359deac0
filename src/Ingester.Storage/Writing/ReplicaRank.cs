using Ingester.Core.Keys;

namespace Ingester.Storage.Writing;

/// <summary>The order in which replicas write a stream, by rendezvous hashing: each computes it alone, and all agree.</summary>
internal static class ReplicaRank
{
    /// <summary>How many replicas come before this one; 0 writes at once. Without a list everyone is first.</summary>
    public static int Of(string stream, StorageIdentity identity)
    {
        if (identity.Replicas.Count <= 1)
            return 0;
        var own = StableHash.Of(stream, identity.Replica);
        var rank = 0;
        foreach (var replica in identity.Replicas)
        {
            var other = StableHash.Of(stream, replica);
            if (other > own || other == own && string.CompareOrdinal(replica, identity.Replica) < 0)
                rank++;
        }

        return rank;
    }
}
