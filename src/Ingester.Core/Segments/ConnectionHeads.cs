using Ingester.Core.Sequencing;

namespace Ingester.Core.Segments;

/// <summary>The last id that each of the two latest connections of a stream delivered: one connection never repeats ids.</summary>
internal sealed class ConnectionHeads
{
    private (int Connection, long UpTo)? latest;
    private (int Connection, long UpTo)? other;

    /// <summary>Notes an event of a connection. False when that connection has already delivered its first ids.</summary>
    public bool TryAdvance(int connection, SequenceRange range)
    {
        if (latest?.Connection != connection)
            (latest, other) = (other?.Connection == connection ? other : null, latest);
        var follows = !(range.After < latest?.UpTo);
        latest = (connection, range.UpTo);
        return follows;
    }
}
