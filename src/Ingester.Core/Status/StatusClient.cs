using System.Net;
using System.Text.Json;

namespace Ingester.Core.Status;

/// <summary>Reads the state of one recorder over HTTP, each time only what changed. One call at a time.</summary>
/// <param name="http">The client; its timeout limits each request.</param>
/// <param name="address">The address of the status page.</param>
/// <param name="clock">The clock of the reader.</param>
internal sealed class StatusClient(HttpClient http, Uri address, TimeProvider clock)
{
    /// <summary>What is known; before the first call, only the address.</summary>
    public RecorderView View { get; private set; } = new(address, Status: null, AnsweredAt: null, Fault: null);

    /// <summary>Asks the recorder, and returns what is known afterwards. A fault is a part of the result.</summary>
    public async Task<RecorderView> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var changes = await FetchAsync(View.Status?.Version ?? 0, cancellation);
            View = new(address, StatusView.After(View.Status, changes), clock.GetUtcNow(), Fault: null);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            View = View with { Fault = $"The recorder at {address.Authority} did not answer within {http.Timeout.TotalSeconds:N0} s." };
        }
        catch (HttpRequestException failure)
        {
            View = View with { Fault = $"The recorder at {address.Authority} cannot be reached: {failure.Message}" };
        }
        catch (Exception failure) when (failure is JsonException or InvalidDataException)
        {
            View = View with { Fault = $"{address.Authority} does not answer as a recorder: {failure.Message}" };
        }

        return View;
    }

    private async Task<StatusChanges> FetchAsync(long since, CancellationToken cancellation)
    {
        using var response = await http.GetAsync(new Uri(address, $"{StatusChanges.Path}?since={since}"), cancellation);
        if (response.StatusCode == HttpStatusCode.NotFound)
            throw new InvalidDataException($"it has no {StatusChanges.Path}; recorders of older versions do not.");
        if (!response.IsSuccessStatusCode)
            throw new InvalidDataException($"{StatusChanges.Path} answered with the status {(int)response.StatusCode}.");
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellation);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("format", out var format) || !format.TryGetInt32(out var version))
            throw new InvalidDataException($"{StatusChanges.Path} has no format.");
        if (version != StatusChanges.CurrentFormat)
            throw new InvalidDataException($"{StatusChanges.Path} has the format {version}; this program reads {StatusChanges.CurrentFormat}.");
        return document.RootElement.Deserialize<StatusChanges>(StatusChanges.Json)!;
    }
}
