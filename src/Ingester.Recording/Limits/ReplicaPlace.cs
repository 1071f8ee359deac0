namespace Ingester.Recording.Limits;

/// <summary>Where this replica stands among all, so that they do not do the same thing in the same moment and share what an address may do.</summary>
/// <param name="Rank">How many come before it.</param>
/// <param name="Count">How many there are; one where they do not know each other.</param>
internal readonly record struct ReplicaPlace(int Rank, int Count)
{
    /// <summary>A replica that knows of no other.</summary>
    public static ReplicaPlace Alone { get; } = new(0, 1);

    /// <summary>The place in the list that all replicas share; alone where the list does not name it.</summary>
    public static ReplicaPlace Of(string replica, IEnumerable<string> replicas)
    {
        var all = replicas.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return all.IndexOf(replica) is >= 0 and var rank ? new(rank, all.Count) : Alone;
    }
}
