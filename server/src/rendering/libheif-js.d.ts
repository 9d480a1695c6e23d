/** libheif (C) compiled to WebAssembly, its exports raw: pointers are numbers, structs come through pointers. */
declare module 'libheif-js/wasm-bundle.js' {
  interface Libheif {
    HEAPU8: Uint8Array
    _malloc(bytes: number): number
    _free(pointer: number): void
    _heif_context_alloc(): number
    _heif_context_free(context: number): void
    _heif_context_get_security_limits(context: number): number
    _heif_context_read_from_memory(
      error: number,
      context: number,
      data: number,
      size: number,
      options: number,
    ): void
    _heif_context_get_primary_image_handle(error: number, context: number, handle: number): void
    _heif_image_handle_has_alpha_channel(handle: number): number
    _heif_image_handle_get_raw_color_profile_size(handle: number): number
    _heif_image_handle_get_raw_color_profile(error: number, handle: number, data: number): void
    _heif_image_handle_get_list_of_metadata_block_IDs(
      handle: number,
      type: number,
      ids: number,
      count: number,
    ): number
    _heif_image_handle_get_metadata_type(handle: number, id: number): number
    _heif_image_handle_get_metadata_content_type(handle: number, id: number): number
    _heif_image_handle_get_metadata_size(handle: number, id: number): number
    _heif_image_handle_get_metadata(error: number, handle: number, id: number, data: number): void
    _heif_image_handle_release(handle: number): void
    _heif_decode_image(
      error: number,
      handle: number,
      image: number,
      colorspace: number,
      chroma: number,
      options: number,
    ): void
    _heif_image_get_width(image: number, channel: number): number
    _heif_image_get_height(image: number, channel: number): number
    _heif_image_get_bits_per_pixel_range(image: number, channel: number): number
    _heif_image_get_plane_readonly(image: number, channel: number, stride: number): number
    _heif_image_release(image: number): void
  }
  const libheif: Libheif
  export default libheif
  export type { Libheif }
}
