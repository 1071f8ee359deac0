using System.Text.Json;
using Ingester.Core.Time;
using Ingester.Deriving.Bars;
using Ingester.Deriving.Objects;
using Ingester.Storage.Stores;

namespace Ingester.Deriving.Running;

/// <summary>The bars of one market among the objects of <c>ingester derive</c>. A bar is a row of the object of its last minute.</summary>
/// <param name="store">The derived objects.</param>
/// <param name="prefix">Prefix of all keys.</param>
/// <param name="exchange">The exchange.</param>
/// <param name="market">The market.</param>
internal sealed class DerivedBars(DerivedStore store, string prefix, string exchange, string market)
{
    private readonly Dictionary<DateTime, Dictionary<long, DerivedKey>> days = [];
    private readonly byte[] pair = [.. "\"pair\":\""u8, .. JsonEncodedText.Encode(market).EncodedUtf8Bytes, (byte)'"'];

    /// <summary>The key of the object that holds a bar; null if there is none.</summary>
    /// <param name="start">Start of the bar, microseconds UTC.</param>
    /// <param name="minutes">Its length in minutes.</param>
    /// <param name="cancellation">Cancels the listing.</param>
    public async Task<string?> FindAsync(long start, int minutes, CancellationToken cancellation)
    {
        var last = LastMinute(start, minutes);
        var day = Micros.ToDateTime(last).Date;
        if (!days.TryGetValue(day, out var known))
        {
            days[day] = known = [];
            foreach (var key in await store.ListDayAsync(DerivedDataset.Bars, exchange, day, cancellation))
                if (key.Extension == DerivedKey.Rows && (!known.TryGetValue(key.Window.StartMicros, out var other) || other.Revision < key.Revision))
                    known[key.Window.StartMicros] = key;
        }

        return known.GetValueOrDefault(last)?.ToString(prefix);
    }

    /// <summary>The result of <see cref="FindAsync"/> for a bar that was searched before.</summary>
    public string? Known(long start, int minutes) =>
        days.TryGetValue(Micros.ToDateTime(LastMinute(start, minutes)).Date, out var known) ? known.GetValueOrDefault(LastMinute(start, minutes))?.ToString(prefix) : null;

    /// <summary>Reads a bar that <see cref="FindAsync"/> found; null if the object has no row of this market and length.</summary>
    /// <exception cref="StoreException">The object is not readable.</exception>
    public async Task<Bar?> ReadAsync(long start, int minutes, CancellationToken cancellation)
    {
        var last = LastMinute(start, minutes);
        if (days[Micros.ToDateTime(last).Date].GetValueOrDefault(last) is not { } key)
            return null;
        await foreach (var line in store.ReadLinesAsync(key, cancellation))
            if (line.Span.IndexOf(pair) >= 0 && Parse(key, line) is { } bar && bar.Minutes == minutes && bar.Market == market)
                return bar;
        return null;
    }

    private static long LastMinute(long start, int minutes) => start + (minutes - 1) * Window.MicrosPerMinute;

    private Bar Parse(DerivedKey key, ReadOnlyMemory<byte> line)
    {
        try
        {
            return BarRow.Read(line);
        }
        catch (JsonException invalid)
        {
            throw new StoreException($"{key.ToString(prefix)} is not readable: {invalid.Message}", permanent: false, invalid);
        }
    }
}
