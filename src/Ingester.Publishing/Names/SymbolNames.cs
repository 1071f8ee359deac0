using Ingester.Core.Time;
using Ingester.Reading.Instruments;
using Ingester.Reading.Objects;

namespace Ingester.Publishing.Names;

/// <summary>The exchange's own symbols of the markets of a day, from the journal <c>instruments</c>. Each day of a recording begins with all of them.</summary>
internal static class SymbolNames
{
    /// <summary>Reads the symbols by market, as they were at the end of the day.</summary>
    public static async Task<Dictionary<string, string>> ReadAsync(ArchiveReader archive, string exchange, Period day, CancellationToken cancellation) =>
        (await new InstrumentReader(archive).ReadAsync(exchange, day.To - 1, cancellation)).Markets
            .Where(instrument => !string.IsNullOrEmpty(instrument.Symbol))
            .ToDictionary(instrument => instrument.Market, instrument => instrument.Symbol!, StringComparer.Ordinal);
}
