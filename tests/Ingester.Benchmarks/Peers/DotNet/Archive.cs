using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace PeerRecorder;

/// <summary>The rows of all connections: compressed by stream and minute, in memory.</summary>
internal sealed class Archive(long frames)
{
    private static readonly ZLibCompressionOptions Level = new() { CompressionLevel = 3 }; // the lowest level with a ratio near the recorder's

    private readonly TaskCompletionSource completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<ConnectionRecorder> recorders = [];
    private long taken;
    private long rows;
    private long packed;
    private double warm;

    public Task Completed => completed.Task;

    public ConnectionRecorder Open()
    {
        var recorder = new ConnectionRecorder(this);
        recorders.Add(recorder);
        return recorder;
    }

    public string Summary()
    {
        foreach (var recorder in recorders)
            recorder.Close();
        var processor = Environment.CpuUsage.TotalTime.TotalSeconds;
        return string.Create(CultureInfo.InvariantCulture, $"PEER frames {taken} warm {warm:0.000} cpu {processor:0.000} rows {rows} packed {packed} memory {Environment.WorkingSet}");
    }

    private void Took()
    {
        var count = Interlocked.Increment(ref taken);
        if (count == frames / 4)
            warm = Environment.CpuUsage.TotalTime.TotalSeconds;
        if (count == frames)
            completed.TrySetResult();
    }

    private void Store(MemoryStream lines)
    {
        using var body = new MemoryStream();
        using (var gzip = new GZipStream(body, Level, leaveOpen: true))
            gzip.Write(lines.GetBuffer(), 0, (int)lines.Length);
        Interlocked.Add(ref rows, lines.Length);
        Interlocked.Add(ref packed, body.Length);
    }

    /// <summary>The streams of one connection.</summary>
    internal sealed class ConnectionRecorder(Archive archive)
    {
        private readonly Dictionary<string, (long Minute, MemoryStream Lines)> open = new(StringComparer.Ordinal);

        public void Take(string text)
        {
            var message = JsonSerializer.Deserialize<Combined>(text)!;
            if (message.Stream is null)
                return; // a response
            if (message.Stream.EndsWith("@trade", StringComparison.Ordinal))
            {
                var trade = message.Data.Deserialize<Trade>()!;
                var row = new TradeRow(trade.Id.ToString(CultureInfo.InvariantCulture), trade.Time * 1_000, trade.BuyerIsMaker ? "sell" : "buy", trade.Price, trade.Quantity);
                Append(message.Stream, trade.Time, row);
            }
            else
            {
                var depth = message.Data.Deserialize<Depth>()!;
                Append(message.Stream, depth.Time, new DepthRow(depth.Time * 1_000, depth.First - 1, depth.Last, depth.Bids, depth.Asks));
            }

            archive.Took();
        }

        public void Close()
        {
            foreach (var (_, lines) in open.Values)
                archive.Store(lines);
        }

        private void Append<T>(string stream, long millis, T row)
        {
            const long minuteMillis = 60_000;
            var minute = millis / minuteMillis;
            if (!open.TryGetValue(stream, out var segment) || segment.Minute != minute)
            {
                if (segment.Lines is { } over)
                    archive.Store(over);
                open[stream] = segment = (minute, new MemoryStream());
            }

            JsonSerializer.Serialize(segment.Lines, row);
            segment.Lines.WriteByte((byte)'\n');
        }
    }
}
