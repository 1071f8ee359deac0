using Ingester.Core.Storage;

namespace Ingester.Core.Tests.Storage;

public sealed class UploadQueueTests : IDisposable
{
    private readonly UploadQueue queue;

    public UploadQueueTests() => queue = new(new(), TimeProvider.System);

    public void Dispose() => queue.Dispose();

    [Fact]
    public async Task Each_upload_that_becomes_ready_wakes_one_of_those_who_wait()
    {
        using var stop = new CancellationTokenSource();
        var workers = Enumerable.Range(0, 8).Select(_ => queue.WhenReadyAsync(stop.Token).AsTask()).ToList();
        foreach (var left in (int[])[7, 6, 5])
        {
            queue.Add(Upload("{}\n"));
            workers.Remove(await Task.WhenAny(workers).WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.Equal(left, workers.Count(worker => !worker.IsCompleted));
            Assert.True(queue.TryTakeAwaited(out var upload));
            queue.Done(upload);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(workers));
    }

    [Fact]
    public async Task One_that_is_given_back_wakes_somebody_again()
    {
        queue.Add(Upload("{}\n"));
        await queue.WhenReadyAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(queue.TryTakeAwaited(out var upload));
        queue.Return(upload);
        await queue.WhenReadyAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(queue.TryTakeAwaited(out upload));
        queue.Done(upload);
    }

    [Fact]
    public async Task One_that_somebody_else_takes_wakes_nobody()
    {
        for (var taken = 0; taken < 3; taken++)
        {
            queue.Add(Upload("{}\n"));
            Assert.True(queue.TryTake(out var upload));
            queue.Done(upload);
        }

        using var stop = new CancellationTokenSource();
        var worker = queue.WhenReadyAsync(stop.Token).AsTask();
        Assert.False(worker.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => worker);
    }

    private static SegmentUpload Upload(string rows) => new(SegmentSample.Segment(rows: rows), rank: 0) { Size = rows.Length };
}
