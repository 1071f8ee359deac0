namespace Ingester.Publishing.DataExchange;

/// <summary>Why a job failed, with the names of the API.</summary>
/// <param name="Code">The code, such as <c>MALWARE_DETECTED</c>.</param>
/// <param name="Message">The sentence of the service.</param>
internal sealed record JobError(string Code, string Message)
{
    /// <summary>A failure of the service itself.</summary>
    public const string Internal = "INTERNAL_SERVER_EXCEPTION";
}
