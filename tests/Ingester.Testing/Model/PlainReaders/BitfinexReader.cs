using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>Bitfinex v2. The answer to a subscription assigns a channel id to the stream.</summary>
internal sealed class BitfinexReader : IPlainReader
{
    private readonly Dictionary<long, (string Channel, string Symbol)> channels = [];

    /// <inheritdoc/>
    public bool IsOpening(JsonElement frame) => frame.Text("event") == "subscribed";

    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        if (IsOpening(frame))
            channels[frame.Number("chanId")] = (frame.Text("prec").StartsWith('R') ? "" : frame.Text("channel"), frame.Text("symbol"));
        else if (frame.ValueKind == JsonValueKind.Object && frame.TryGetProperty("ts", out _))
            reading.Time(frame.Since1970("ts"));
        else if (frame.ValueKind == JsonValueKind.Array)
            ReadData(frame, channels[Number(Digits(frame[0]))], reading);
    }

    private static void ReadData(JsonElement frame, (string Channel, string Symbol) channel, FuzzReading reading)
    {
        var content = frame[1];
        if (channel.Channel == "trades" && content.ValueKind == JsonValueKind.String && content.GetString() == "te")
            ReadTrade(frame[2], channel.Symbol, isReplayed: false, reading);
        else if (channel.Channel == "trades" && content.ValueKind == JsonValueKind.Array)
            foreach (var trade in content.EnumerateArray())
                ReadTrade(trade, channel.Symbol, isReplayed: true, reading);
        else if (channel.Channel == "book" && content.ValueKind == JsonValueKind.Array && content.EnumerateArray().All(level => level.ValueKind == JsonValueKind.Array))
            reading.Book(channel.Symbol);
        else if (channel.Channel == "book" && content.ValueKind == JsonValueKind.Array)
            ReadLevel(Digits(content[0]), Number(Digits(content[1])), Digits(content[2]), channel.Symbol, reading);
    }

    private static void ReadTrade(JsonElement trade, string symbol, bool isReplayed, FuzzReading reading)
    {
        var amount = Digits(trade[2]);
        reading.Trade(symbol, Digits(trade[0]), Since1970(trade[1]), amount.StartsWith('-'), Digits(trade[3]), amount.TrimStart('-'), isReplayed);
    }

    private static void ReadLevel(string price, long count, string amount, string symbol, FuzzReading reading)
    {
        var level = Level(price, count == 0 ? "0" : amount.TrimStart('-'));
        reading.Diff(symbol, null, null, 0, amount.StartsWith('-') ? "" : level, amount.StartsWith('-') ? level : "");
    }
}
