using Ingester.Core.Live;
using Ingester.Core.Time;

namespace Ingester.Live;

/// <summary>Sends one client what is recorded, until it disconnects or recording ends.</summary>
/// <param name="client">The client.</param>
/// <param name="text">Its text.</param>
/// <param name="sendAsync">Sends bytes; waits while the client does not read.</param>
/// <param name="clock">The clock of the recorder, for the first and the last line.</param>
internal sealed class LiveSession(LiveClient client, LiveText text, Func<ReadOnlyMemory<byte>, CancellationToken, Task> sendAsync, TimeProvider clock)
{
    /// <summary>A client that reads nothing for this time is disconnected: it would use memory and a connection forever.</summary>
    public static readonly TimeSpan SendTimeout = TimeSpan.FromMinutes(2);

    /// <summary>
    /// An event stream without lines for this time gets a comment, so that proxies do not close it and a lost client is noticed. WebSockets have pings instead.
    /// </summary>
    public static readonly TimeSpan IdleInterval = TimeSpan.FromSeconds(15);

    private Task<bool>? waiting;

    /// <summary>Sends everything.</summary>
    /// <param name="replica">The name of the replica.</param>
    /// <param name="cancel">Canceled when the client has disconnected.</param>
    /// <exception cref="TimeoutException">The client has read nothing for <see cref="SendTimeout"/>.</exception>
    public async Task RunAsync(string replica, CancellationToken cancel)
    {
        using var sending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await SendAsync(text.WriteStart(Micros.Now(clock), replica), sending, cancel);
        while (true)
            if (client.Take() is { } batch)
                await SendAsync(text.Write(batch), sending, cancel);
            else if (client.TakeMissed() is { } missed)
                await SendAsync(text.WriteMissed(missed), sending, cancel);
            else if (await WaitAsync(cancel) is not { } hasMore)
                await SendAsync(text.WriteIdle(), sending, cancel);
            else if (!hasMore)
                break;
        await SendAsync(text.WriteEnd(Micros.Now(clock)), sending, cancel);
    }

    /// <summary>Waits for a batch: false when recording has ended, null when an event stream has been idle.</summary>
    private async ValueTask<bool?> WaitAsync(CancellationToken cancel)
    {
        waiting ??= client.WaitAsync(cancel).AsTask();
        try
        {
            var hasMore = await waiting.WaitAsync(text.HasIdleText ? IdleInterval : Timeout.InfiniteTimeSpan, clock, cancel);
            waiting = null;
            return hasMore;
        }
        catch (TimeoutException)
        {
            return null; // the same wait goes on
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationTokenSource sending, CancellationToken cancel)
    {
        sending.CancelAfter(SendTimeout);
        try
        {
            await sendAsync(bytes, sending.Token);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"The client has read nothing for {SendTimeout}.", late);
        }

        sending.CancelAfter(Timeout.InfiniteTimeSpan);
    }
}
