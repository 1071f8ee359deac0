using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ingester.Client;

/// <summary>Reads stored rows. Fields that are not known are ignored, as the layout requires of readers.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TradeJson))]
[JsonSerializable(typeof(DepthJson))]
internal sealed partial class RowJson : JsonSerializerContext;
