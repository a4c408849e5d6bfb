func.func @f(%x: tensor<100x16xf32>) -> tensor<100x16xf32> {
  return %x : tensor<100x16xf32>
}
