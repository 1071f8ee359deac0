using System.Globalization;
using Ingester.Testing.Stores;

namespace Ingester.Benchmarks.Model;

/// <summary>Compares the readers with an oracle on many damaged stores: <c>stores [stores] [--seed N] [--failures N]</c>; <c>stores --list SEED</c> prints the
/// store of a seed instead.</summary>
internal static class StoreCommand
{
    private const int Told = 100;

    /// <summary>Runs it; 1 when a store fails. Each failure is printed with its seed.</summary>
    public static async Task<int> RunAsync(string[] rest)
    {
        if (rest is ["--list", var listed])
            return List(int.Parse(listed, CultureInfo.InvariantCulture));
        var count = rest is [var first, ..] && int.TryParse(first, out var asked) ? asked : 10_000;
        var (seed, most) = (ModelCommand.Option(rest, "--seed") ?? 1, ModelCommand.Option(rest, "--failures") ?? 20);
        Console.WriteLine($"{count:N0} stores, seeds {seed} to {seed + count - 1}");
        var (done, gate, failures) = (0, new Lock(), new SortedSet<int>());
        using var enough = new CancellationTokenSource();
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            await Parallel.ForEachAsync(Enumerable.Range(seed, count), enough.Token, async (next, _) =>
            {
                var wrong = await StoreRun.FindAsync(next);
                lock (gate)
                {
                    if (wrong is not null)
                        failures.Add(next);
                    if (++done % Told == 0)
                        Console.WriteLine($"{done:N0} stores, {failures.Count} failed, {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s");
                }

                if (wrong is null)
                    return;
                Console.WriteLine(wrong);
                if (failures.Count >= most)
                    await enough.CancelAsync();
            });
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"Ended after {most} failures.");
        }

        if (failures.Count > 0)
            Console.WriteLine($"Seeds that fail: {string.Join(',', failures)}");
        Console.WriteLine($"{done:N0} stores, {failures.Count} failed, {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s, base seed {seed}");
        return failures.Count > 0 ? 1 : 0;
    }

    private static int List(int seed)
    {
        var (given, damage, story) = StoreRun.Stores(new(seed), seed).First();
        Console.WriteLine($"{story}{string.Join('\n', damage.Done)}");
        foreach (var key in given.Store.Keys.Order(StringComparer.Ordinal))
        {
            Console.WriteLine(key);
            Console.WriteLine(StoredText.Unpack(given.Store.Body(key)));
        }

        return 0;
    }
}
