namespace Ingester.Benchmarks.Feeding;

/// <summary>The sender's process: prints <c>READY</c>, then the number of sent frames every second, then <c>DONE</c>. It runs until it is killed.</summary>
internal static class FeedCommand
{
    private static readonly TimeSpan Report = TimeSpan.FromSeconds(1);

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var (options, port) = FeedOptions.Read(arguments);
        var feed = new Feed(options);
        feed.Listen(port);
        Console.WriteLine("READY");
        await feed.WhenSubscribed;
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        if (options.BeginAt is { } second)
            await Task.Delay(TimeSpan.FromSeconds((second + 60 - TimeProvider.System.GetUtcNow().TimeOfDay.TotalSeconds % 60) % 60));
        Console.WriteLine("BEGIN");
        var sending = Task.Factory.StartNew(feed.Send, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (await Task.WhenAny(sending, Task.Delay(Report)) != sending)
            Console.WriteLine($"SENT {feed.Sent}");
        await sending;
        Console.WriteLine($"DONE {feed.Sent} {feed.Late}");
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}
