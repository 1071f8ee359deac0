using Ingester.Core.Keys;

namespace Ingester.Core.Raw;

/// <summary>
/// The raw capture of this replica: three files for each captured exchange. It is called from receive loops and never blocks: what finds no memory is
/// dropped. Thread-safe.
/// </summary>
internal sealed class RawJournal : IDisposable
{
    private const int MinPartsInMemory = 8; // a part must be handed over long before memory is full, because memory is freed by parts

    private readonly Lock gate = new();
    private readonly Dictionary<(string Exchange, RawFileKind Kind), RawFile> files = [];
    private readonly RawOptions options;
    private readonly TimeProvider clock;
    private readonly Action<RawObject> send;
    private readonly RawCapacity capacity;
    private long lastNumber;

    /// <summary>Creates the journal; without captured exchanges it stays empty.</summary>
    /// <param name="options">The captured exchanges and the bounds.</param>
    /// <param name="clock">The clock for the times of lines.</param>
    /// <param name="events">Logs and counts.</param>
    /// <param name="send">Receives finished objects; the receiver calls <see cref="Release"/> when they have left memory.</param>
    public RawJournal(RawOptions options, TimeProvider clock, RawEvents events, Action<RawObject> send)
    {
        (this.options, this.clock, this.send, Events) = (options, clock, send, events);
        capacity = new(options.MaxMemoryBytes);
    }

    /// <summary>Logs and counts.</summary>
    public RawEvents Events { get; }

    /// <summary>Bytes in memory, including objects that are being uploaded.</summary>
    public long HeldBytes => capacity.HeldBytes;

    /// <summary>True when an exchange is captured.</summary>
    public bool Includes(string exchange) => options.Includes(exchange);

    /// <summary>A number that is unique in this process.</summary>
    public long NextNumber() => Interlocked.Increment(ref lastNumber);

    /// <summary>Returns a file of an exchange.</summary>
    public RawFile Open(string exchange, RawFileKind kind)
    {
        lock (gate)
        {
            if (!files.TryGetValue((exchange, kind), out var file))
                files.Add((exchange, kind), file = new(exchange, kind, capacity, clock, send) { MaxPartBytes = Math.Min(options.MaxPartBytes, options.MaxMemoryBytes / MinPartsInMemory) });
            return file;
        }
    }

    /// <summary>An object has left memory, because it is stored or spooled.</summary>
    public void Release(long bytes)
    {
        capacity.Release(bytes);
        Events.Stored();
    }

    /// <summary>Hands over the objects of minutes that have ended.</summary>
    public void FlushFinishedMinutes()
    {
        foreach (var file in Files())
            file.FlushFinishedMinute();
    }

    /// <summary>Hands over all objects. Later lines are dropped.</summary>
    public void Close()
    {
        foreach (var file in Files())
            file.Close();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in Files())
            file.Dispose();
    }

    private List<RawFile> Files()
    {
        lock (gate)
            return [.. files.Values];
    }
}
