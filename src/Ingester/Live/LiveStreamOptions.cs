using System.ComponentModel.DataAnnotations;

namespace Ingester.Live;

/// <summary>The live stream at <c>/live</c> of the status page (<c>Ingester:Live</c>).</summary>
internal sealed class LiveStreamOptions : IValidatableObject
{
    private const int MinTokenLength = 16;

    /// <summary>True to serve the live stream. Default: false, and the live stream costs nothing.</summary>
    public bool Enabled { get; set; }

    /// <summary>
    /// The secret that clients must send, of at least 16 visible ASCII characters. Default: none, and only clients on this machine (loopback addresses) are accepted.
    /// </summary>
    public string Token { get; set; } = "";

    /// <summary>Maximum number of clients at once. Default 100.</summary>
    [Range(1, 10_000)]
    public int MaxClients { get; set; } = 100;

    /// <summary>
    /// Maximum number of bytes that wait for one client. A client that exceeds it misses rows, and receives a mark with their ids and number. Default 16 MiB. Clients share the memory of the rows.
    /// </summary>
    [Range(1L << 20, 1L << 32)]
    public long MaxQueuedBytes { get; set; } = 16L << 20;

    /// <summary>How often new rows are sent to the clients. Default 50 ms. A shorter interval costs more CPU, because each client receives more messages.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Token.Length > 0 && (Token.Length < MinTokenLength || !Token.All(character => character is > ' ' and <= '~')))
            yield return new($"Token: must have at least {MinTokenLength} characters, all of them visible ASCII characters; leave it out to accept only clients on this machine.");
    }
}
