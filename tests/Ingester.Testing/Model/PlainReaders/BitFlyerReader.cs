using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>bitFlyer Lightning. The exchange repeats the snapshots of a symbol; only the first one after each response to a request counts.</summary>
internal sealed class BitFlyerReader : IPlainReader
{
    private const string Executions = "lightning_executions_";
    private const string Snapshots = "lightning_board_snapshot_";
    private const string Diffs = "lightning_board_";

    private readonly HashSet<string> symbols = [];

    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        if (!frame.TryGetProperty("params", out var parameters))
        {
            symbols.Clear(); // a response: the next snapshot of each symbol counts
            return;
        }

        var (channel, message) = (parameters.Text("channel"), parameters.TryGetProperty("message", out var found) ? found : default);
        if (channel.StartsWith(Executions, StringComparison.Ordinal))
            foreach (var trade in message.EnumerateArray())
                reading.Trade(
                    channel[Executions.Length..], trade.Digits("id"), trade.UtcTime("exec_date"), trade.Sells("side"), trade.Digits("price"), trade.Digits("size"));
        else if (channel.StartsWith(Snapshots, StringComparison.Ordinal) && symbols.Add(channel[Snapshots.Length..]))
            reading.Book(channel[Snapshots.Length..]);
        else if (channel.StartsWith(Diffs, StringComparison.Ordinal) && !channel.StartsWith(Snapshots, StringComparison.Ordinal))
            reading.Diff(
                channel[Diffs.Length..], null, null, 0, Levels(message.GetProperty("bids"), "price", "size"), Levels(message.GetProperty("asks"), "price", "size"));
    }
}
