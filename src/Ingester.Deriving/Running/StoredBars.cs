using System.Text.Json;
using Ingester.Core.Time;
using Ingester.Deriving.Bars;
using Ingester.Deriving.Objects;
using Ingester.Storage.Stores;

namespace Ingester.Deriving.Running;

/// <summary>The bars of one minute, from memory or from the store. The last two hours stay in memory.</summary>
/// <param name="store">The store.</param>
/// <param name="minutes">The minute objects.</param>
internal sealed class StoredBars(DerivedStore store, MinutePublisher minutes)
{
    private const int MaxMinutes = 120;

    private readonly SortedDictionary<long, (DerivedKey? Key, IReadOnlyList<Bar> Bars)> memory = [];

    /// <summary>Keeps the bars of a minute that are being written.</summary>
    public void Keep(long minute, IReadOnlyList<Bar> bars) => Add(minute, null, bars);

    /// <summary>The bars that are stored under the highest revision, or that are being written. A minute without an object has none.</summary>
    public async Task<IReadOnlyList<Bar>> GetAsync(long minute, CancellationToken cancellation)
    {
        var key = await minutes.FindAsync(minute, cancellation);
        if (memory.TryGetValue(minute, out var known) && (known.Key is null || known.Key == key))
            return known.Bars;
        if (key is null)
            return [];
        var bars = new List<Bar>();
        var isHeader = true;
        await foreach (var line in store.ReadLinesAsync(key, cancellation))
        {
            if (!isHeader && ReadBar(key, line) is { Minutes: 1 } bar)
                bars.Add(bar);
            isHeader = false;
        }

        Add(minute, key, bars);
        return bars;
    }

    private static Bar ReadBar(DerivedKey key, ReadOnlyMemory<byte> line)
    {
        try
        {
            return BarRow.Read(line);
        }
        catch (JsonException invalid)
        {
            throw new StoreException($"{key.ToString("")} is not readable: {invalid.Message}", permanent: false, invalid);
        }
    }

    private void Add(long minute, DerivedKey? key, IReadOnlyList<Bar> bars)
    {
        memory[minute] = (key, bars);
        if (memory.Count > MaxMinutes)
            memory.Remove(memory.Keys.First());
    }

    /// <summary>The starts of the bars of a number of minutes that end with a minute; null when none ends there.</summary>
    public static long? StartOf(long minute, int length) =>
        (minute + Window.MicrosPerMinute) % (length * Window.MicrosPerMinute) == 0 ? minute + Window.MicrosPerMinute - length * Window.MicrosPerMinute : null;
}
