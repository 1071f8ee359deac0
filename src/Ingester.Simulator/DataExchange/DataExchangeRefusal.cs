namespace Ingester.Simulator.DataExchange;

/// <summary>A request is refused with an error of the API.</summary>
internal sealed class DataExchangeRefusal(int status, string code, string message) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>The error code.</summary>
    public string Code => code;

    /// <summary>Further fields of the error.</summary>
    public IReadOnlyDictionary<string, object> Fields { get; init; } = new Dictionary<string, object>();

    /// <summary>A resource does not exist.</summary>
    public static DataExchangeRefusal NotFound(string type, string id) => new(404, "ResourceNotFoundException", $"{type} {id} was not found.") { Fields = new Dictionary<string, object> { ["ResourceId"] = id, ["ResourceType"] = type } };

    /// <summary>The state of a resource does not permit the request.</summary>
    public static DataExchangeRefusal Conflict(string type, string id, string reason) => new(409, "ConflictException", reason) { Fields = new Dictionary<string, object> { ["ResourceId"] = id, ["ResourceType"] = type } };

    /// <summary>A limit is reached.</summary>
    public static DataExchangeRefusal Limit(string name, double value) => new(402, "ServiceLimitExceededException", $"The limit '{name}' of {value} is reached.") { Fields = new Dictionary<string, object> { ["LimitName"] = name, ["LimitValue"] = value } };

    /// <summary>A value of the request is not valid.</summary>
    public static DataExchangeRefusal Invalid(string reason) => new(400, "ValidationException", reason);
}
