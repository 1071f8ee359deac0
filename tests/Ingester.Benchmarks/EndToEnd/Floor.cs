using System.Globalization;
using System.Text.RegularExpressions;

namespace Ingester.Benchmarks.EndToEnd;

/// <summary>The minimal work of a recorder, in C++: receives frames, scans them, writes rows and compresses them. It is the lower bound for the recorder.</summary>
internal static partial class Floor
{
    /// <summary>Runs it once.</summary>
    public static async Task<RunCost> RunAsync(string yardsticks, Case @case)
    {
        using var sender = await Sender.StartAsync(yardsticks, @case, subscribed: false);
        var packed = Path.GetTempFileName();
        try
        {
            var ended = new TaskCompletionSource<Match>(TaskCreationOptions.RunContinuationsAsynchronously);
            List<string> command = [Path.Combine(yardsticks, "bin/wsclient"), $"{sender.Port}", $"{Sender.Connections}", "-e", packed];
            if (@case.Secure)
                command.Add("-t");
            using var client = PinnedProcess.Start(PinnedProcess.Receiver, command, line =>
            {
                if (Summary().Match(line) is { Success: true } match)
                    ended.TrySetResult(match);
            });
            var summary = await ended.Task.WaitAsync(TimeSpan.FromMinutes(2));
            await client.WaitForExitAsync();
            double Number(string name) => double.Parse(summary.Groups[name].Value, CultureInfo.InvariantCulture);
            return new()
            {
                Frames = (long)Number("frames"),
                ProcessorSeconds = Number("cpu"),
                Ratio = Number("rows") / Number("packed"),
                PeakMemory = (long)Number("memory") << 10,
            };
        }
        finally
        {
            File.Delete(packed);
        }
    }

    [GeneratedRegex(@"frames (?<frames>\d+) .* cpu (?<cpu>[\d.]+) .* norm (?<rows>\d+) gz (?<packed>\d+) rss (?<memory>\d+) KB", RegexOptions.None, 1000)]
    private static partial Regex Summary();
}
