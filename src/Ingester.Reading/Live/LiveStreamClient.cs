using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Ingester.Reading.Live;

/// <summary>Reads the live stream of one recorder, as server-sent events.</summary>
/// <param name="http">The client, without a timeout.</param>
/// <param name="recorder">The recorder's status page.</param>
/// <param name="token">The token of its live stream; empty for none.</param>
internal sealed class LiveStreamClient(HttpClient http, Uri recorder, string token)
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Reads lines until the recorder ends the stream.</summary>
    /// <param name="exchanges">The exchanges.</param>
    /// <param name="markets">The markets, by name or pattern.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellation">Ends the connection.</param>
    /// <exception cref="LiveException">The recorder does not answer, refuses the request, or the connection is lost.</exception>
    public async IAsyncEnumerable<LiveLine> ReadAsync(IReadOnlyList<string> exchanges, IReadOnlyList<string> markets, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var response = await ConnectAsync(exchanges, markets, clock, cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var lines = SseParser.Create(body, static (_, data) => LiveLine.Read(data)).EnumerateAsync(cancellation).GetAsyncEnumerator(cancellation);
        await using (lines)
            while (await NextAsync(lines, cancellation))
                yield return lines.Current.Data;
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<SseItem<LiveLine>> lines, CancellationToken cancellation)
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (JsonException invalid)
        {
            throw new LiveException($"The recorder at {recorder.Authority} sent a line that is not one of the live stream: {invalid.Message}", invalid);
        }
        catch (Exception lost) when (lost is IOException or HttpRequestException && !cancellation.IsCancellationRequested)
        {
            throw new LiveException($"The live stream of the recorder at {recorder.Authority} was interrupted: {lost.Message}", lost);
        }
    }

    private async Task<HttpResponseMessage> ConnectAsync(IReadOnlyList<string> exchanges, IReadOnlyList<string> markets, TimeProvider clock, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(recorder, $"/live?{Select("exchange", exchanges)}&{Select("pair", markets)}"));
        if (token.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var timeout = new CancellationTokenSource(AnswerTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.IsSuccessStatusCode)
                return response;
            using (response)
                throw new LiveException(response.StatusCode == System.Net.HttpStatusCode.NotFound
                    ? $"The recorder at {recorder.Authority} serves no live stream (Ingester:Live:Enabled)."
                    : $"The recorder at {recorder.Authority} refused the live stream ({(int)response.StatusCode}): {await ReadReasonAsync(response, either.Token)}");
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new LiveException($"The recorder at {recorder.Authority} did not answer within {AnswerTimeout.TotalSeconds:N0} s.", late);
        }
        catch (HttpRequestException failure)
        {
            throw new LiveException($"The recorder at {recorder.Authority} does not answer: {failure.Message}", failure);
        }
    }

    private static string Select(string parameter, IReadOnlyList<string> values) => string.Join('&', values.Select(value => $"{parameter}={Uri.EscapeDataString(value)}"));

    /// <summary>The first characters of the answer: it is shown on a page.</summary>
    private static async Task<string> ReadReasonAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        const int MaxReasonBytes = 500;
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var bytes = new byte[MaxReasonBytes];
        var length = await body.ReadAtLeastAsync(bytes, MaxReasonBytes, throwOnEndOfStream: false, cancellation);
        return System.Text.Encoding.UTF8.GetString(bytes, 0, length);
    }
}
