using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>Phemex spot. Trades from before the subscription, messages of contracts and most repeated snapshots are ignored.</summary>
internal sealed class PhemexReader : IPlainReader
{
    private const int Decimals = 8;

    private readonly Dictionary<string, int?> responsesAtSnapshot = []; // by symbol; null after the first snapshot, before any repetition
    private int responses;

    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        if (frame.TryGetProperty("result", out _))
            responses += frame.Text("result").Length == 0 && (!frame.TryGetProperty("error", out var error) || error.ValueKind == JsonValueKind.Null) ? 1 : 0;
        else if (frame.TryGetProperty("book", out var book) && frame.Text("symbol").StartsWith('s'))
            ReadBook(frame, book, reading);
        else if (frame.TryGetProperty("trades", out var trades) && frame.Text("symbol").StartsWith('s') && frame.Text("type") == "incremental")
            foreach (var trade in trades.EnumerateArray().Reverse())
                reading.Trade(
                    frame.Text("symbol"), Digits(trade[0]), Since1970(trade[0], digits: -3), trade[1].GetString() == "Sell", Scaled(trade[2]), Scaled(trade[3]), isNumbered: false);
    }

    private void ReadBook(JsonElement frame, JsonElement book, FuzzReading reading)
    {
        var (symbol, sequence) = (frame.Text("symbol"), frame.Number("sequence"));
        if (frame.Text("type") == "incremental")
        {
            reading.Diff(symbol, sequence - 1, sequence, frame.Since1970("timestamp", digits: -3), Side(book, "bids"), Side(book, "asks"));
            return;
        }

        var isRepeated = responsesAtSnapshot.TryGetValue(symbol, out var before);
        responsesAtSnapshot[symbol] = isRepeated ? responses : null;
        if (!isRepeated || (before is not null && before != responses))
            reading.Book(symbol);
    }

    private static string Side(JsonElement book, string name) =>
        string.Concat(book.GetProperty(name).EnumerateArray().Select(static level => Level(Scaled(level[0]), Scaled(level[1]))));

    private static string Scaled(JsonElement units)
    {
        var digits = units.GetRawText().PadLeft(Decimals + 1, '0');
        return digits.Insert(digits.Length - Decimals, ".");
    }
}
