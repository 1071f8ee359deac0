using System.Globalization;
using Ingester.Testing.Days;

namespace Ingester.Benchmarks.Model;

/// <summary>Records a day with two replicas and faults, exports, certifies, repairs and compares it with the truth: <c>days [minutes] [--seed N]</c>.</summary>
internal static class DayCommand
{
    private const int Day = 24 * 60 + 60; // half an hour of the day before, and of the day after

    /// <summary>Runs it; 1 when something is wrong.</summary>
    public static async Task<int> RunAsync(string[] rest)
    {
        var minutes = rest is [var first, ..] && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : Day;
        var seed = ModelCommand.Option(rest, "--seed") ?? 1;
        var began = TimeProvider.System.GetTimestamp();
        string Elapsed() => string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s");
        try
        {
            await DayRun.RunAsync(minutes, seed, words => Console.WriteLine($"{Elapsed()}: {words}"));
        }
        catch (Exception wrong) when (wrong is not OperationCanceledException) // whatever fails is the result
        {
            Console.WriteLine($"WRONG after {Elapsed()}: {wrong.Message}\n{wrong.StackTrace}");
            return 1;
        }

        Console.WriteLine($"{Elapsed()}: everything holds.");
        return 0;
    }
}
