using Ingester.Core.Keys;

namespace Ingester.Storage.Writing;

/// <summary>
/// The order in which replicas write a stream, by rendezvous hashing. Each replica computes it independently with the same result.
/// </summary>
internal static class ReplicaRank
{
    /// <summary>Number of replicas that come before this one; 0 writes immediately. Without a list of replicas each one has rank 0.</summary>
    public static int Of(string stream, ReplicaIdentity identity)
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
