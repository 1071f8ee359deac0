namespace Ingester.Simulator.Playing.AdapterContract;

/// <summary>The counters in the messages of one client's connection.</summary>
internal sealed class MessageCounters
{
    private readonly Dictionary<string, long> next = new(StringComparer.Ordinal);

    /// <summary>Returns the next value of a counter: zero, one, …</summary>
    /// <param name="name">The name of the counter, such as a symbol; empty for that of the connection.</param>
    public long Next(string name = "")
    {
        var value = next.GetValueOrDefault(name);
        next[name] = value + 1;
        return value;
    }
}
