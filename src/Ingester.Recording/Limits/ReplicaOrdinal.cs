namespace Ingester.Recording.Limits;

/// <summary>
/// The position of this replica among all replicas. It keeps replicas from rotating connections at the same time and divides the
/// rate limits of a shared address.
/// </summary>
/// <param name="Ordinal">The number of replicas before this one.</param>
/// <param name="Count">The number of replicas; one where the list does not name this replica.</param>
internal readonly record struct ReplicaOrdinal(int Ordinal, int Count)
{
    /// <summary>A replica without others.</summary>
    public static ReplicaOrdinal Single { get; } = new(0, 1);

    /// <summary>
    /// Returns the position in the shared, sorted list of replicas; <see cref="Single"/> where the list does not contain the name.
    /// </summary>
    public static ReplicaOrdinal Find(string replica, IEnumerable<string> replicas)
    {
        var all = replicas.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return all.IndexOf(replica) is >= 0 and var rank ? new(rank, all.Count) : Single;
    }
}
